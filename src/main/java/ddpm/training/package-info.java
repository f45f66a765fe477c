/** Part 6 of 7: training, Algorithm 1. */
package ddpm.training;
