/** Data: images on disk, and toy densities whose exact noise is known. Beside the seven parts. */
package ddpm.data;
