/** Published tables, rerun from their data: one row at a time, resumable, rendered at the end. */
package dev.goldcrest.app.reproduce;
