"""Okabe and Ito's colours, without the two that read as alarm; greys where a state is nobody's failure."""

BLUE, SKY, GREEN, AMBER = "#0072B2", "#56B4E9", "#009E73", "#E69F00"
PALE_BLUE, PALE_SKY, DEEP_AMBER = "#73B1D5", "#A2D6F3", "#8A5F00"  # for large areas, and an amber to be read as text
INK, DARK, GREY, PALE_GREY, FAINT = "#222222", "#6B6B6B", "#B8B8B8", "#D4D4D4", "#E6E6E6"
