package ddpm.notebook;

/** The HTML of a bar with a label and a line of text, in the colours of the page. */
final class Bars {

    private Bars() {}

    static String html(String label, int done, int total, String line) {
        return ("<div><b>%s</b> <progress value=\"%d\" max=\"%d\" style=\"width:12em\"></progress>"
                        + " %s</div>")
                .formatted(Tables.escape(label), done, Math.max(1, total), Tables.escape(line));
    }
}
