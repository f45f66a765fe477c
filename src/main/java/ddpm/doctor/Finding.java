package ddpm.doctor;

/**
 * A fault that was found.
 *
 * @param fault which one
 * @param evidence what was measured, a sentence with a number
 * @param remedy what to do about it
 */
public record Finding(Fault fault, String evidence, String remedy) {

    @Override
    public String toString() {
        return fault.title() + ": " + evidence + " → " + remedy;
    }
}
