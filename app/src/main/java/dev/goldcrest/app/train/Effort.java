package dev.goldcrest.app.train;

import dev.goldcrest.app.energy.Energy;

/**
 * What a training took.
 *
 * @param seconds of it
 * @param tokensPerSecond words, tokens or frames that were read
 * @param energy that it took
 * @param forecast what was expected after the first epoch, or null
 * @param whole whether seconds and energy are of all processes that had a part in it
 */
public record Effort(
    double seconds,
    double tokensPerSecond,
    Energy.Reading energy,
    Forecast forecast,
    boolean whole) {}
