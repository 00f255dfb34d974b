/** The architectures, one record each, and the registry that knows their names. */
package dev.goldcrest.core.models;
