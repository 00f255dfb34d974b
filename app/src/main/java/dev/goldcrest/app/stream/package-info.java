/** The task {@code stream}: from frames in files to a detector, its scores and its answers. */
package dev.goldcrest.app.stream;
