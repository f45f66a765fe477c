/** Part 7 of 7: sampling, Algorithm 2. */
package ddpm.sampling;
