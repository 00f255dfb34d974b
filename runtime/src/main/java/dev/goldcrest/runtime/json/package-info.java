/**
 * Strict JSON (RFC 8259), small enough to ship on a device: model files carry their header and
 * their configuration in it, and the runtime may depend on nothing but the platform.
 */
package dev.goldcrest.runtime.json;
