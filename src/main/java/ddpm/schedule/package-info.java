/** Part 1 of 8: schedules of the noise variance β_t (Eq. 2). */
package ddpm.schedule;
