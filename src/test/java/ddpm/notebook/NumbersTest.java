package ddpm.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "3.14e-16, 3.1e-16",
        "1e-12, 1e-12",
        "0.05, 0.05",
        "12, 12",
        "1e10, 1e10",
        "-2e-13, -2e-13",
        "123456, 1.2e5",
        "NaN, NaN",
        "Infinity, Infinity"
    })
    void smallNumbersHaveTwoDigits(double x, String text) {
        assertEquals(text, Numbers.small(x));
    }

    @ParameterizedTest
    @CsvSource({
        "0.70710678, 0.7071",
        "12, 12",
        "100, 100",
        "1200000, 1200000",
        "1.25e-7, 1.25e-7",
        "-0.5, -0.5",
        "0.30000000000000004, 0.3",
        "1e9, 1e9",
        "1.5e9, 1.5e9",
        "0, 0",
        "10, 10"
    })
    void valuesHaveNoZerosAtTheEnd(double x, String text) {
        assertEquals(text, Numbers.significant(x, 4));
    }

    @ParameterizedTest
    @CsvSource({"0.2, 0 s", "59.4, 59 s", "60, 1 min 0 s", "3599.6, 1 h 0 min", "7500, 2 h 5 min"})
    void timesAreInWordsAPersonSays(double seconds, String text) {
        assertEquals(text, Numbers.duration(seconds));
    }

    @ParameterizedTest
    @CsvSource({
        "1.56e-18, 1, 0",
        "0.99849, 0.9985, 0.998",
        "123456, 123456, 123000",
        "5, 0, 5",
        "-0.2, 8, -0.2"
    })
    void aScaleIsRoundedByItsLargestNumber(double x, double size, double rounded) {
        assertEquals(rounded, Numbers.roundLike(x, size));
    }
}
