/** Encoders made linear in the length of their texts. */
package dev.goldcrest.compress.linformer;
