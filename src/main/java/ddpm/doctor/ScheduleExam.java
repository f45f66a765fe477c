package ddpm.doctor;

import ddpm.loss.SignalLeft;

/** Does the forward process end at noise? */
final class ScheduleExam implements Exam {

    @Override
    public void examine(Patient patient, Report report) {
        report.checked(Fault.SIGNAL_AT_T);
        SignalLeft left = SignalLeft.of(patient.forward.schedule());
        if (left.isTooMuch()) {
            report.found(
                    Fault.SIGNAL_AT_T,
                    "L_T is %.2g bits per dimension, more than %.3f: √ᾱ_T = %.2g of the image is"
                            + " left in x_T.",
                    left.bitsPerDimension(),
                    SignalLeft.LIMIT,
                    patient.forward.signalScale(patient.steps()));
        }
    }
}
