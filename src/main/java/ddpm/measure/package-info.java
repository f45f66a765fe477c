/** Part 8 of 8: how good a model and its samples are. */
package ddpm.measure;
