"""The ratios as a picture, for the page about speed; drawn by matplotlib, which `make bench` brings."""

BARS = {True: "#2b6ca3", False: "#c2571a"}
"""Of what keeps to its goal, and of what doesn't."""

BAR_HEIGHT = 0.26
"""In inches."""


def svg(path, panels):
    """A panel of bars for each title; each claim has a goal, which a line across its bar shows, dotted for the aim."""
    import matplotlib as mpl  # noqa: PLC0415  # only who draws needs it

    mpl.use("svg")
    # The same figures make the same file, whose words are words.
    mpl.rcParams.update({"svg.hashsalt": "moviecatalog", "svg.fonttype": "none", "font.size": 9})
    from matplotlib import pyplot as plt  # noqa: PLC0415

    heights = [len(claims) for claims in panels.values()]
    height = sum(heights) * BAR_HEIGHT + len(panels)
    figure, axes = plt.subplots(
        len(panels), figsize=(8, height), height_ratios=heights, layout="constrained", squeeze=False
    )
    for axis, (title, claims) in zip(axes.flat, panels.items(), strict=True):
        _draw(axis, title, claims)
    figure.savefig(path, facecolor="white", metadata={"Date": None})
    plt.close(figure)


def _draw(axis, title, claims):
    figures = [it.figure for it in claims]
    colours = [BARS[it.goal.is_met(it.figure)] for it in claims]
    axis.barh(range(len(claims)), figures, height=0.7, color=colours)
    axis.set_yticks(range(len(claims)), [it.what for it in claims])
    axis.invert_yaxis()
    axis.set_title(title, loc="right")
    for place, claim in enumerate(claims):
        axis.vlines(claim.goal.bound, place - 0.45, place + 0.45, color="black", linewidth=1.5)
        if claim.goal.aim is not None:
            axis.vlines(claim.goal.aim, place - 0.45, place + 0.45, color="black", linewidth=1.5, linestyle=":")
        # All in a column at the right, where no line crosses them.
        axis.text(1.01, place, f"{claim.figure:.2f}", va="center", transform=axis.get_yaxis_transform())
    axis.spines[["top", "right"]].set_visible(False)
    most = max(*figures, *(it.goal.aim or it.goal.bound for it in claims))
    # What is far beyond its goal must not press all others flat.
    axis.set_xlim(0, min(1.12 * most, 6 * max(it.goal.bound for it in claims)))
