/**
 * "Why do I only see noise?" Given a model, its data and what a training recorded, the doctor names
 * the fault and the remedy. Beside the eight parts; it may use them all.
 *
 * <p>No check reads a setting. Each asks a part of the model a question whose answer is known, such
 * as a sampler about data that consist of one image, and compares.
 */
package ddpm.doctor;
