/** Data: images on disk, and toy densities whose exact noise is known. Beside the eight parts. */
package ddpm.data;
