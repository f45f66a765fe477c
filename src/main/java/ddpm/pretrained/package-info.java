/**
 * Networks that are trained already, and the recipes that trained them. Beside the numbered parts.
 */
package ddpm.pretrained;
