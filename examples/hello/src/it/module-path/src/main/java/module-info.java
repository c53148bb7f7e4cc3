/** Describes an application that runs on the module path. */
module hello {
    requires io.gapless.stream;

    exports hello;
}
