using HubertSharp.Pipelines;
using HubertSharp.Runs;
using HubertSharp.Runs.Recipes;
using HubertSharp.Tests.Cli;
using HubertSharp.Tests.Corpora;

namespace HubertSharp.Tests.Pipelines;

/// <summary>A pipeline that is started in the wrong place says so before it does anything, and nothing is gone.</summary>
public sealed class PipelineFoldersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_folder_of_the_recordings_is_never_a_stage()
    {
        SmallCorpus.Write(_folder.At("small"), 2, 1);
        Directory.CreateDirectory(_folder.At("own"));
        Directory.Move(_folder.At("small", "audio"), _folder.At("own", "manifest"));
        // recordings without manifests: the stage 'manifest' would be their folder
        Refused(_folder.At("own", "manifest"), _folder.At("own"));
        Refused(_folder.At("own", "manifest") + "/", _folder.At("own", "..", "own", "."));
        Directory.CreateSymbolicLink(_folder.At("elsewhere"), _folder.At("own"));
        Refused(_folder.At("own", "manifest"), _folder.At("elsewhere"));
        Refused(_folder.At("own", "manifest"), _folder.At("own", "manifest", "runs"));
    }

    [Theory]
    [InlineData("manifest")]
    [InlineData("iteration1/features")]
    [InlineData("iteration1/run")]
    [InlineData("iteration2/kmeans")]
    [InlineData("reference")]
    [InlineData("quality")]
    [InlineData("probe")]
    [InlineData("report")]
    [InlineData("report.html")]
    [InlineData("stages")]
    public void A_users_folder_of_that_name_is_refused_and_named(string name)
    {
        Directory.CreateDirectory(_folder.At("speech"));
        SmallCorpus.Write(_folder.At("small"), 2, 1);
        Directory.Move(_folder.At("small", "audio"), _folder.At("speech", "audio"));
        _folder.Write(name.Contains('.', StringComparison.Ordinal) ? $"out/{name}" : $"out/{name}/mine.txt", "mine");
        Assert.Contains(_folder.At(["out", .. name.Split('/')]), Refused(_folder.At("speech"), _folder.At("out"), "manifest"));
    }

    [Fact]
    public void Nor_does_one_lie_in_the_audio_of_a_manifest_or_around_a_reference()
    {
        SmallCorpus.Write(_folder.At("data"), 2, 1);
        Assert.Contains("audio", Refused(_folder.At("data"), _folder.At("data", "audio", "out")));
        Refused(_folder.At("data"), _folder.At("data", "out"));
        _folder.Write("out/reference/mine.tsv", "");
        Assert.Contains("reference", Refused(_folder.At("data"), _folder.At("out"),
            overrides: $"evaluation.reference={_folder.At("out", "reference", "mine.tsv")}"));
    }

    private string Refused(string corpus, string folder, string? forced = null, params string[] overrides)
    {
        var before = FolderHash.Of(_folder.FullName);
        var options = new PipelineOptions
        {
            Recipe = RecipeFile.Read("minute", [$"corpus={corpus}", .. overrides]),
            Folder = folder,
            Forced = forced is null ? [] : new HashSet<string> { forced },
        };
        var message = Assert.Throws<UserException>(() => Pipeline.Run(options, CancellationToken.None)).Message;
        Assert.DoesNotContain('\n', message);
        Assert.Equal(before, FolderHash.Of(_folder.FullName));
        return message;
    }

    public void Dispose() => _folder.Dispose();
}
