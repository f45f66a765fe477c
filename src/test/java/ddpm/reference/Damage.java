package ddpm.reference;

/** What can be wrong with a file. */
public enum Damage {
    CUT,
    FLIPPED_BYTES,
    SWAPPED_SHAPES,
    HUGE_LENGTHS,
    WRONG_TYPE,
    OTHER_CONFIGURATION
}
