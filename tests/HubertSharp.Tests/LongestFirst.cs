using HubertSharp.Tests;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace HubertSharp.Tests;

/// <summary>Begins with the collections that take longest, so that none of them is left alone on one core at the end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    /// <summary>By the name of their only class, or their own: those of ten seconds and more.</summary>
    private static readonly string[] s_longest =
    [
        "dashboard", ".PipelineTests", ".MemoryTests", ".RecomputationMemoryTests", ".CutOggTests", ".LimitTests", ".DamagedAudioTests",
        ".ConversionTests", ".AnnouncedStopTests", ".FailingDiskTests", ".OutsideProjectTests", ".RunFolderFaultTests",
        ".OnnxGoldenTests", ".TerminalTests", ".StartingPointTests", ".DebianSpeechCorpusTests", ".FinetunerTests", ".SideFileTests",
        ".ToyTrainingTests", ".ResumedRunTests", ".InitialisationGoldenTests", ".TokenizerTrainingTests", ".ProbingRunTests",
        ".NgramTrainerTests",
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(
        IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => Rank(collection.TestCollectionDisplayName))
            .ThenBy(collection => collection.TestCollectionDisplayName, StringComparer.Ordinal)];

    private static int Rank(string name)
    {
        var rank = Array.FindIndex(s_longest, part => name == part || name.Contains($"{part} (", StringComparison.Ordinal)
            || name.EndsWith(part, StringComparison.Ordinal));
        return rank < 0 ? s_longest.Length : rank;
    }
}
