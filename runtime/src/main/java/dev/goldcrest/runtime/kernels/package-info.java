/**
 * The arithmetic of the device: whole-array functions over float arrays with offsets, in plain
 * loops, and in SIMD where the machine has it. Arrays are row-major; sizes were checked when the
 * graph was built, so kernels check nothing.
 */
package dev.goldcrest.runtime.kernels;
