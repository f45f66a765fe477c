/** Part 5 of 8: the U-Net that predicts the noise, and a small classifier. */
package ddpm.network;
