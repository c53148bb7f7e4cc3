package io.gapless.emulator;

import java.util.Optional;
import java.util.Set;

/**
 * Checks query parameters for several endpoints. Each check returns the refusal of the request, or empty if the request
 * passes the check. Pure.
 */
final class ParameterChecks {
    private ParameterChecks() {}

    static Optional<Answer> refuseUnknown(Request request, Set<String> known) {
        return request.query().keySet().stream()
                .filter(name -> !known.contains(name))
                .findFirst()
                .map(name -> Answer.invalid(
                        name,
                        request.text(name),
                        "The query parameter [" + name + "] is not one of ["
                                + String.join(",", known.stream().sorted().toList()) + "]"));
    }

    static Optional<Answer> refuseOutside(Request request, String name, int least, int most) {
        if (!request.has(name)) {
            return Optional.empty();
        }
        String value = request.text(name);
        boolean within =
                value.matches("\\d{1,6}") && Integer.parseInt(value) >= least && Integer.parseInt(value) <= most;
        return within
                ? Optional.empty()
                : Optional.of(Answer.invalid(
                        name,
                        value,
                        "The `" + name + "` query parameter value [" + value + "] is not between " + least + " and "
                                + most));
    }
}
