/**
 * Part 3 of 8: the way back when x_0 is known; ways to name a prediction (Eq. 6, 7, 10, 11, 15).
 */
package ddpm.posterior;
