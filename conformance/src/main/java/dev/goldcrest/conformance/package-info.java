/**
 * Tests only: one case an operation and model, run through every interpreter, and the golden cases.
 */
package dev.goldcrest.conformance;
