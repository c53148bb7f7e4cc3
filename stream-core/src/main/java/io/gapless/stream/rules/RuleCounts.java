package io.gapless.stream.rules;

import java.util.OptionalInt;

/**
 * How many rules there are, and may be. Each number is empty where X does not say.
 *
 * @param appRules rules of this app
 * @param appCap how many this app may have
 * @param projectRules rules of all apps of the project
 * @param projectCap how many the project may have
 */
public record RuleCounts(OptionalInt appRules, OptionalInt appCap, OptionalInt projectRules, OptionalInt projectCap) {
    /**
     * How many rules may still be added.
     *
     * @return the smaller room of app and project, at least 0; empty if X says neither
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
