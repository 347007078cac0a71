using HubertSharp.Tests.Snapshots;

namespace HubertSharp.Tests.Docs;

/// <summary>The picture of docs/finetuning.md is what docs/curves says, and so are the tables beside it.</summary>
public sealed class LabelPictureTests
{
    [Fact]
    public void The_picture_is_drawn_from_what_was_measured() =>
        Snapshot.Check("docs/images/labels.svg", new LabelPicture(Figures()).Svg());

    [Fact]
    public void Every_figure_stands_in_the_page()
    {
        var page = File.ReadAllText(Path.Combine(Fixtures.RepositoryRoot(), "docs", "finetuning.md"))
            .Replace("**", "", StringComparison.Ordinal);
        Assert.All(Figures(), figure => Assert.Contains(figure.Cell, page, StringComparison.Ordinal));
    }

    private static LabelFigure[] Figures() =>
        LabelFigure.Read(Path.Combine(Fixtures.RepositoryRoot(), "docs", "curves", "labels-debian-zh-en.tsv"));
}
