/** Part 2 of 8: the forward process q, which adds noise (Eq. 2 and 4). */
package ddpm.forward;
