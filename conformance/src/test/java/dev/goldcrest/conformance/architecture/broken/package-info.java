/** Classes that break the rules, each in its own way: the rules are proven on them. Never run. */
package dev.goldcrest.conformance.architecture.broken;
