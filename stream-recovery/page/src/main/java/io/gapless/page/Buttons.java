package io.gapless.page;

import java.util.ArrayList;
import java.util.List;

/** Holds the buttons that run code of the program. One press at a time: the monitor guards the presses. */
final class Buttons {
    private static final int BUTTONS_MAX = 200;

    record Button(String group, String label, Runnable press) {}

    private final List<Button> buttons = new ArrayList<>();

    void add(String group, String label, Runnable press) {
        if (buttons.size() >= BUTTONS_MAX)
            throw new IllegalArgumentException("There are more than " + BUTTONS_MAX + " buttons.");
        buttons.add(new Button(group, label, press));
    }

    List<Button> all() {
        return List.copyOf(buttons);
    }

    /**
     * Runs the code of a button.
     *
     * @return what to show: that it was done, or why it failed
     */
    synchronized Outcome press(int number) {
        if (number < 0 || number >= buttons.size()) return new Outcome(false, "There is no such button.");
        Button button = buttons.get(number);
        try {
            button.press().run();
            return new Outcome(true, button.label() + ": done.");
        } catch (RuntimeException e) {
            return new Outcome(false, button.label() + " failed: " + e.getMessage());
        }
    }

    record Outcome(boolean done, String words) {}
}
