/** An application on the module path. */
module hello {
    requires io.gapless.recovery;

    exports hello;
}
