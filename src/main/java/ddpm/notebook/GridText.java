package ddpm.notebook;

import java.util.List;

/**
 * The words on an image grid.
 *
 * @param captions under every picture, or under every column; none is allowed
 * @param rows at the left of every row; none is allowed
 */
record GridText(List<String> captions, List<String> rows) {

    static final GridText NONE = new GridText(List.of(), List.of());

    GridText {
        captions = List.copyOf(captions);
        rows = List.copyOf(rows);
    }
}
