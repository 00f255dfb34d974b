/** The report of a trained model: one self-contained HTML file. */
package dev.goldcrest.app.report;
