package ddpm.doctor;

/** One family of checks. */
@FunctionalInterface
interface Exam {

    /** Looks, and reports what it finds. */
    void examine(Patient patient, Report report);
}
