/** The verb that makes models smaller and measures what that costs. */
package dev.goldcrest.app.compress;
