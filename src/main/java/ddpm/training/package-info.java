/** Part 6 of 8: training, Algorithm 1. */
package ddpm.training;
