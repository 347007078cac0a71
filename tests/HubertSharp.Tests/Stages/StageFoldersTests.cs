using HubertSharp.Runs;
using HubertSharp.Runs.Stages;

namespace HubertSharp.Tests.Stages;

public sealed class StageFoldersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_folder_with_something_in_it_that_is_not_ours_is_refused_in_one_line_that_names_it()
    {
        Check();
        Directory.CreateDirectory(_folder.At("out", "stage"));
        Check();
        _folder.Write("out/stage/mine.txt", "mine");
        Assert.Contains($"{_folder.At("out", "stage")}: the pipeline writes here", Fault());
        _folder.Write($"out/stage/{Stage.MadeFile}", "");
        Check();
        File.Delete(_folder.At("out", "stage", Stage.MadeFile));
        _folder.Write("out/stages/lock", "");
        _folder.Write("out/stages/s.json", "");
        Fault();
        _folder.Write("out/stages/s.json", "{\"inputs\": {}}"); // of an earlier version, which left no list in the folder
        Check();
    }

    [Fact]
    public void A_file_a_link_a_page_and_somebody_elses_stamps_are_refused_too()
    {
        _folder.Write("out/stage", "a file");
        Assert.Contains("found a file", Fault());
        File.Delete(_folder.At("out", "stage"));
        Directory.CreateDirectory(_folder.At("user"));
        Directory.CreateSymbolicLink(_folder.At("out", "stage"), _folder.At("user"));
        Assert.Contains($"a link to {_folder.At("user")}", Fault());
        File.Delete(_folder.At("out", "stage"));
        _folder.Write("out/report.html", "mine");
        Assert.Contains("report.html", Fault());
        File.Delete(_folder.At("out", "report.html"));
        _folder.Write("out/stages/mine.json", "mine");
        Assert.Contains(_folder.At("out", "stages"), Fault());
    }

    [Theory]
    [InlineData("out/stage")] // is
    [InlineData("out/stage/")]
    [InlineData("out/../out/./stage")]
    [InlineData("out/stage/deep/corpus")] // holds
    [InlineData("out")] // lies in
    [InlineData("link")]
    [InlineData("link/stage/deep")]
    [InlineData("out/stages")]
    public void A_folder_that_is_or_holds_or_lies_in_what_is_read_is_refused(string source)
    {
        Directory.CreateDirectory(_folder.At("out", "stages"));
        Directory.CreateDirectory(_folder.At("out", "stage", "deep", "corpus"));
        _folder.Write($"out/stage/{Stage.MadeFile}", "");
        Directory.CreateSymbolicLink(_folder.At("link"), "out");
        Assert.Contains("in or around what it reads", Fault($"{_folder.FullName}/{source}"));
    }

    [Fact]
    public void A_folder_beside_what_is_read_is_none_of_these()
    {
        Directory.CreateDirectory(_folder.At("out", "stage2"));
        _folder.Write("out/reference.tsv", "");
        Check(_folder.At("out", "stage2"), _folder.At("out", "reference.tsv"), _folder.At("not there"));
        _folder.Write("out/stage/reference.tsv", "");
        _folder.Write($"out/stage/{Stage.MadeFile}", "");
        Fault(_folder.At("out", "stage", "reference.tsv"));
    }

    private void Check(params string[] read) => StageFolders.Check(
        _folder.At("out"), [new Stage("s", _folder.At("out", "stage"))
        {
            Inputs = () => new(),
            Run = _ => [],
            Beside = [_folder.At("out", "report.html")],
        }], read);

    private string Fault(params string[] read)
    {
        var message = Assert.Throws<UserException>(() => Check(read)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    public void Dispose() => _folder.Dispose();
}
