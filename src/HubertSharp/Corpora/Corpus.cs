using HubertSharp.Corpora.Debian;
using HubertSharp.Corpora.Espeak;
using HubertSharp.Runs;

namespace HubertSharp.Corpora;

/// <summary>The corpora that this program makes by itself.</summary>
public static class Corpus
{
    /// <summary>Real recordings: Asterisk's English prompts and joined Mandarin syllables, about an hour.</summary>
    public const string DebianZhEn = DebianSelection.ZhEn;

    /// <summary>Real recordings in thirteen languages, about seven and a half hours.</summary>
    public const string DebianSpeech = DebianSelection.Speech;

    /// <summary>Synthetic Mandarin and English with exact phone alignments (<c>train.phn.tsv</c>, <c>valid.phn.tsv</c>).</summary>
    public const string EspeakZhEn = EspeakCorpus.Name;

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [DebianZhEn, DebianSpeech, EspeakZhEn];

    /// <summary>Makes a corpus in a folder, or finds it there already with the same settings.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="folder">
    /// Gets <c>audio/</c>, <c>train</c>, <c>valid</c> and <c>test</c> as <c>.tsv</c> (with language), <c>.wrd</c> and <c>.ltr</c>, the
    /// alignment, and <c>LICENSES.md</c>.
    /// </param>
    /// <param name="options">Seed and size.</param>
    /// <param name="progress">Counts recordings.</param>
    /// <param name="cancellation">Stops; the next call begins anew and ends with the same files.</param>
    /// <returns>False when it was there already and nothing was done.</returns>
    /// <exception cref="UserException">No network, a missing package, program or library, a full disk, or a folder in use.</exception>
    public static bool Get(
        string name, string folder, CorpusOptions options, IProgress<StageProgress>? progress = null,
        CancellationToken cancellation = default) =>
        name switch
        {
            DebianZhEn => DebianSpeechCorpus.Get(folder, DebianSelection.Demo, options.Seed, progress, cancellation),
            DebianSpeech => DebianSpeechCorpus.Get(folder, DebianSelection.Of(options.Languages, options.NarrowBand), options.Seed,
                progress, cancellation),
            EspeakZhEn => EspeakCorpus.Get(folder, options, progress, cancellation),
            _ => throw CorpusFaults.UnknownCorpus(name, Names),
        };
}
