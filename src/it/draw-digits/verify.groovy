import javax.imageio.ImageIO

// Sixteen digits of 28 × 28 pixels; each has ink and paper.
def image = ImageIO.read(new File(basedir, "digits.png"))
def cell = { int at, int size -> (int) (at * size / 4) }
for (int row in 0..3) {
    for (int column in 0..3) {
        def greys = []
        for (int y in cell(row, image.height)..<cell(row + 1, image.height)) {
            for (int x in cell(column, image.width)..<cell(column + 1, image.width)) {
                greys << (image.getRGB(x, y) & 0xFF)
            }
        }
        assert greys.max() - greys.min() > 128 : "digit ${4 * row + column} shows nothing"
    }
}
true
