/** Part 4 of 8: the bound, its terms and the losses for training (Eq. 3, 5, 8, 12, 13, 14). */
package ddpm.loss;
