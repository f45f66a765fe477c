package ddpm.notebook;

import ddpm.doctor.Findings;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Tables as HTML, their first rows only. */
final class Tables {

    static final int MOST_ROWS = 20;
    private static final int MOST_DIGITS = 8;

    private Tables() {}

    static String html(Table table) {
        var html = new StringBuilder("<table>");
        if (table.name() != null) {
            html.append("<caption>").append(escape(table.name())).append("</caption>");
        }
        html.append("<thead><tr>");
        table.columns().forEach(column -> cell(html, "th", column.name(), isNumeric(column)));
        html.append("</tr></thead><tbody>");
        for (int row = 0; row < Math.min(MOST_ROWS, table.rowCount()); row++) {
            html.append("<tr>");
            for (int column = 0; column < table.columnCount(); column++) {
                cell(html, "td", text(table, row, column), isNumeric(table.column(column)));
            }
            html.append("</tr>");
        }
        html.append("</tbody></table>");
        if (table.rowCount() > MOST_ROWS) {
            html.append(
                    "<p>the first %d of %s rows; %s more are not shown</p>"
                            .formatted(
                                    MOST_ROWS,
                                    Numbers.count(table.rowCount()),
                                    Numbers.count(table.rowCount() - MOST_ROWS)));
        }
        return html.toString();
    }

    /** What a doctor found: a table if there is anything to say, and the notes below. */
    static String html(Findings findings) {
        var html = new StringBuilder();
        if (findings.healthy()) {
            html.append("<p>✓ ").append(escape(findings.headline())).append("</p>");
        } else {
            html.append(html(findings.table()));
        }
        html.append("<p>");
        for (String note : findings.notes()) {
            html.append(escape(note)).append("<br>");
        }
        return html.append("</p>").toString();
    }

    /** Numbers stand at the right, under their name, and words at the left. */
    private static boolean isNumeric(Column<?> column) {
        return column instanceof NumericColumn<?>;
    }

    /** A number that nobody gave a format is cut to the digits that people read. */
    private static String text(Table table, int row, int column) {
        String text = table.getString(row, column);
        return table.column(column) instanceof DoubleColumn numbers && text.length() > MOST_DIGITS
                ? Numbers.significant(numbers.getDouble(row), 4)
                : text;
    }

    private static void cell(StringBuilder html, String tag, String text, boolean right) {
        html.append('<').append(tag);
        html.append(right ? " style=\"text-align:right\">" : " style=\"text-align:left\">");
        html.append(escape(text)).append("</").append(tag).append('>');
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
