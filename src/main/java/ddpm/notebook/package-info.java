/**
 * What only notebooks need: figures, checked claims, progress, the kernel extension. Nothing
 * imports it.
 */
package ddpm.notebook;
