package io.gapless.stream.rules;

import java.util.OptionalInt;

/**
 * Holds how many rules exist and how many are allowed. A number is empty if X does not report it.
 *
 * @param appRules how many rules this app has
 * @param appCap how many rules this app may have
 * @param projectRules how many rules all apps of the project have together
 * @param projectCap how many rules the project may have
 */
public record RuleCounts(OptionalInt appRules, OptionalInt appCap, OptionalInt projectRules, OptionalInt projectCap) {
    /**
     * Returns how many rules can still be added.
     *
     * @return the number that the app, or the project, may still add, whichever is smaller; 0 or more; empty if X
     *     reports neither
     */
    public OptionalInt room() {
        OptionalInt app = room(appRules, appCap);
        OptionalInt project = room(projectRules, projectCap);
        if (app.isEmpty()) return project;
        if (project.isEmpty()) return app;
        return OptionalInt.of(Math.min(app.getAsInt(), project.getAsInt()));
    }

    private static OptionalInt room(OptionalInt rules, OptionalInt cap) {
        if (rules.isEmpty() || cap.isEmpty()) return OptionalInt.empty();
        return OptionalInt.of(Math.max(0, cap.getAsInt() - rules.getAsInt()));
    }
}
