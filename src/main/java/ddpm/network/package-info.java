/** Part 5 of 7: the U-Net that predicts the noise. */
package ddpm.network;
