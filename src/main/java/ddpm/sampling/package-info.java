/** Part 7 of 8: sampling, Algorithm 2. */
package ddpm.sampling;
