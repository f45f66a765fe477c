/** What environment/benchmark.py times beside PyTorch. Beside the numbered parts. */
package ddpm.benchmark;
