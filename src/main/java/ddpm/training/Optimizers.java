package ddpm.training;

import ddpm.network.Weights;

/** The optimisers to choose from. */
public enum Optimizers {
    /** {@link AdamW} for all parameters. */
    ADAMW("AdamW"),
    /** {@link Muon} for the hidden matrices, {@link AdamW} for all else. */
    MUON("Muon and AdamW");

    private final String text;

    Optimizers(String text) {
        this.text = text;
    }

    /**
     * Makes an optimiser before its first step.
     *
     * @param weights the parameters that it changes
     * @return the optimiser; its arrays belong to the manager of the weights
     */
    public Optimizer of(Weights weights) {
        return switch (this) {
            case ADAMW -> new AdamW(weights);
            case MUON -> new Muon(weights);
        };
    }

    /** {@return its name, for tables} */
    @Override
    public String toString() {
        return text;
    }
}
