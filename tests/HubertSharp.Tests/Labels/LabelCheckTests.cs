using System.Text.RegularExpressions;
using HubertSharp.Runs;
using HubertSharp.Runs.Labels;

namespace HubertSharp.Tests.Labels;

public class LabelCheckTests
{
    /// <summary>A made-up corpus: labels follow one another by a fixed rule with noise, so that transitions mean something.</summary>
    private sealed class Corpus : IDisposable
    {
        private readonly Random _random = new(7);
        private readonly TemporaryFolder _folder = new();

        public int Clusters { get; init; } = 20;

        public LabelSplit Split(
            string name, int utterances, double rate = 100, Func<int, int>? rename = null, Func<int, string, string>? change = null)
        {
            var manifest = new List<string> { "/nowhere" };
            var labels = new List<string>();
            for (var u = 0; u < utterances; u++)
            {
                var seconds = 1 + (_random.NextDouble() * 4);
                manifest.Add($"{u}.wav\t{(long)(seconds * 16000)}");
                var current = _random.Next(Clusters);
                var line = new List<int>();
                while (line.Count < (int)(seconds * rate) - 1)
                {
                    line.Add(rename?.Invoke(current) ?? current);
                    current = _random.NextDouble() switch
                    {
                        < 0.5 => current,
                        < 0.9 => ((current * 7) + 3) % Clusters,
                        _ => _random.Next(Clusters),
                    };
                }
                var text = string.Join(' ', line);
                labels.Add(change?.Invoke(u, text) ?? text);
            }
            _folder.Write("dict.km.txt", string.Concat(Enumerable.Range(0, Clusters).Select(k => $"{k} 1\n")));
            return new LabelSplit(name, _folder.Write($"{name}.tsv", string.Join('\n', manifest) + "\n"),
                _folder.Write($"{name}.km", string.Join('\n', labels) + "\n"));
        }

        public string Dictionary => _folder.At("dict.km.txt");

        public string Write(string name, string text) => _folder.Write(name, text);

        public LabelReport Check(double rate, params LabelSplit[] splits) =>
            LabelCheck.Run(new LabelCheckOptions { Splits = splits, DictionaryPath = Dictionary, LabelRate = rate });

        public string Plain(string message) => message.Replace(_folder.FullName + "/", "", StringComparison.Ordinal);

        public void Dispose() => _folder.Dispose();
    }

    [Fact]
    public void Good_labels_pass_with_the_right_figures()
    {
        using var corpus = new Corpus();
        var train = corpus.Split("train", 200);
        var valid = corpus.Split("valid", 40);
        var report = corpus.Check(100, train, valid);
        Assert.Empty(report.Findings);
        var labels = File.ReadAllText(train.LabelsPath).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries); // the slow twin
        Assert.Equal(labels.Length, report.Splits[0].Labels);
        var frequencies = labels.GroupBy(l => int.Parse(l)).ToDictionary(g => g.Key, g => (long)g.Count());
        Assert.Equal(Enumerable.Range(0, 20).Select(k => frequencies.GetValueOrDefault(k)), report.Splits[0].Histogram);
        var entropy = frequencies.Values.Sum(c => -c / (double)labels.Length * Math.Log2(c / (double)labels.Length));
        Assert.Equal(entropy, report.Splits[0].EntropyBits, 1e-12);
        Assert.InRange(report.Splits[0].ImpliedLabelRate, 98, 100);
        Assert.True(report.Divergences[0].TransitionGainBits > 0.8 * report.Divergences[0].TrainTransitionGainBits);
    }

    [Fact]
    public void The_wrong_rate_is_told_in_a_sentence()
    {
        using var corpus = new Corpus();
        var error = Throws(corpus, 100, corpus.Split("train", 100, rate: 35.2));
        Assert.Matches(
            @"^train\.km: your labels run at 34\.\d per second, not at 100 \(100 of 100 utterances are off by more than 0\.1 s\); "
            + @"set model\.label_rate=34\.\d, or make labels at 100 per second$", error);
    }

    [Theory]
    [InlineData(49)] // a line missing: every line behind it is another utterance's
    [InlineData(50)] // as many lines, but of other recordings
    public void No_rate_is_advised_where_the_labels_are_of_another_manifest(int lines)
    {
        using var corpus = new Corpus();
        var other = corpus.Split("other", lines, rate: 300);
        var message = Throws(corpus, 100, corpus.Split("train", 50) with { LabelsPath = other.LabelsPath });
        Assert.DoesNotContain("rate=", message, StringComparison.Ordinal);
        Assert.DoesNotContain("per second", message, StringComparison.Ordinal);
        if (lines == 50)
            Assert.Contains("no one rate fits them", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_rate_that_all_utterances_share_is_advised_under_the_name_of_its_setting()
    {
        using var corpus = new Corpus();
        var train = corpus.Split("train", 50, rate: 80);
        Assert.EndsWith("; set model.label_rate=80, or make labels at 100 per second", Throws(corpus, 100, train),
            StringComparison.Ordinal);
        Assert.EndsWith("; set --label-rate 80, or make labels at 100 per second", LabelCheck.Run(new LabelCheckOptions
        {
            Splits = [train],
            DictionaryPath = corpus.Dictionary,
            LabelRate = 100,
            LabelRateSetting = "--label-rate ",
        }).Findings.Select(f => $"{f.Message}; {f.Next}").First(), StringComparison.Ordinal);
    }

    [Fact]
    public void Line_counts_are_compared()
    {
        using var corpus = new Corpus();
        var train = corpus.Split("train", 10);
        File.WriteAllLines(train.LabelsPath, File.ReadAllLines(train.LabelsPath)[..9]);
        Assert.Equal(
            "train.km: another number of lines than train.tsv has entries (expected 10, found 9); make the labels anew from this manifest "
            + "with 'hubert kmeans apply'", Throws(corpus, 100, train));
    }

    [Fact]
    public void Labels_of_other_utterances_are_seen()
    {
        using var corpus = new Corpus();
        var train = corpus.Split("train", 50);
        File.WriteAllLines(train.LabelsPath, File.ReadAllLines(train.LabelsPath).Reverse());
        Assert.Contains("the labels are those of other utterances", Throws(corpus, 100, train), StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_ids_are_counted_with_an_example()
    {
        using var corpus = new Corpus();
        var train = corpus.Split("train", 10, change: (u, line) => u == 3 ? $"99 {line} 98" : line);
        var total = File.ReadAllText(train.LabelsPath).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Length;
        Assert.Equal(
            $"train.km:4: label '99' is not in the dictionary (expected one of its 20 symbols, found 2 unknown of {total} labels); "
            + $"use the dictionary of the k-means that made the labels", Throws(corpus, 100, train));
    }

    [Fact]
    public void An_empty_dictionary_is_called_that()
    {
        using var corpus = new Corpus();
        var train = corpus.Split("train", 10);
        corpus.Write("dict.km.txt", "");
        Assert.Equal(
            "dict.km.txt: the dictionary has no symbols, so every label becomes <unk> and the loss goes to 0; "
            + "write one line 'id count' per cluster into it", Throws(corpus, 100, train));
    }

    [Fact]
    public void Empty_lines_and_a_single_cluster_cannot_work()
    {
        using var corpus = new Corpus();
        Assert.Contains("train.km:6: no labels at all",
            Throws(corpus, 100, corpus.Split("train", 10, change: (u, line) => u == 5 ? "" : line)), StringComparison.Ordinal);
        Assert.Contains("every label is '4'", Throws(corpus, 100, corpus.Split("train", 10, rename: _ => 4)), StringComparison.Ordinal);
    }

    [Fact]
    public void Utterances_of_one_label_throughout_are_warned_of()
    {
        using var corpus = new Corpus();
        LabelReport With(int every) => corpus.Check(100, corpus.Split("train", 200, change: (u, line) => u % every != 0 ? line
            : string.Join(' ', Enumerable.Repeat(line.Split(' ')[0], line.Split(' ').Length))));
        var finding = Assert.Single(With(every: 4).Findings);
        Assert.Equal("one_label_lines", finding.Code);
        Assert.Contains("in 50 of 200 utterances of 100 labels and more all labels are the same", finding.Message,
            StringComparison.Ordinal);
        Assert.Empty(With(every: 40).Findings); // recordings of silence
    }

    [Theory]
    [InlineData(false, 1, 200, "the labels come in no order within their utterances: ")] // every frame
    [InlineData(false, 1, 4, "the labels come in no order within their utterances: ")] // of seconds
    [InlineData(true, 1, 200, "the runs of labels come in no order")] // every run: their lengths stay
    [InlineData(false, 10, 200, "in 20 of 200 utterances the labels come in no order, in the others they do")]
    public void Labels_shuffled_within_each_utterance_are_warned_of(bool runs, int every, int utterances, string expected)
    {
        using var corpus = new Corpus();
        var random = new Random(4);
        var report = corpus.Check(100, corpus.Split("train", utterances, change: (u, line) =>
        {
            if (u % every != 0)
                return line;
            var pieces = runs
                ? Regex.Matches(line, @"\b(\d+)( \1)*\b").Select(m => m.Value).ToArray()
                : line.Split(' ');
            random.Shuffle(pieces);
            return string.Join(' ', pieces);
        }));
        var finding = Assert.Single(report.Findings);
        Assert.Equal(("shuffled", LabelSeverity.Warning), (finding.Code, finding.Severity));
        Assert.Contains(expected, finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.5, "counts at 8 kHz")]
    [InlineData(2.75625, "counts at 44.1 kHz")]
    [InlineData(1.3, "are not those of the audio")]
    public void Lengths_of_another_rate_are_not_taken_for_labels_of_another(double counted, string expected)
    {
        using var corpus = new Corpus();
        var train = corpus.Split("train", 50);
        var lengths = new Dictionary<string, long>();
        File.WriteAllLines(train.ManifestPath, File.ReadAllLines(train.ManifestPath).Select(line =>
        {
            if (line.Split('\t') is not [var name, var samples])
                return line;
            lengths["/nowhere/" + name] = long.Parse(samples);
            return $"{name}\t{(long)(long.Parse(samples) * counted)}";
        }));
        string Check(Func<string, CancellationToken, long?>? lengthOf) => corpus.Plain(Assert.Throws<UserException>(
            () => LabelCheck.Run(new LabelCheckOptions
            {
                Splits = [train],
                DictionaryPath = corpus.Dictionary,
                LabelRate = 100,
                LengthOf = lengthOf,
            }).ThrowIfBroken()).Message);
        var message = Check((path, _) => lengths[path]);
        Assert.StartsWith("train.tsv:2: the manifest's lengths ", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain("label_rate", message, StringComparison.Ordinal);
        if (counted == 0.5) // the audio is not there: both are possible, and the manifest comes first
            Assert.Contains("if the manifest counts samples at 8000 Hz", Check((_, _) => null), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_kmeans_models_are_suspected_from_the_transitions()
    {
        using var corpus = new Corpus();
        var shuffled = Enumerable.Range(0, 20).ToArray();
        new Random(2).Shuffle(shuffled);
        var report = corpus.Check(100, corpus.Split("train", 200), corpus.Split("valid", 40, rename: k => shuffled[k]));
        var finding = Assert.Single(report.Findings);
        Assert.Equal(("other_kmeans", LabelSeverity.Warning), (finding.Code, finding.Severity));
        Assert.True(report.Divergences[0].TransitionGainBits < 0);
        report.ThrowIfBroken(); // a suspicion does not stop a training
    }

    [Fact]
    public void Unused_clusters_and_clusters_of_valid_alone_are_warnings()
    {
        using var corpus = new Corpus();
        var report = corpus.Check(100, corpus.Split("train", 100, rename: k => k % 15), corpus.Split("valid", 3));
        Assert.Contains(report.Findings,
            f => f.Code == "empty_clusters" && f.Message.Contains("5 of 20 clusters", StringComparison.Ordinal));
        Assert.Contains(report.Findings, f => f.Code == "only_in_valid");
        Assert.False(report.IsBroken);
    }

    [Fact]
    public void A_few_wrong_durations_warn_and_name_the_first()
    {
        using var corpus = new Corpus();
        var train = corpus.Split("train", 100, change: (u, line) => u == 41 ? line[..(line.Length / 2)] : line);
        var finding = Assert.Single(corpus.Check(100, train).Findings);
        Assert.Equal("duration", finding.Code);
        Assert.StartsWith("train.km:42: 1 of 100 utterances have labels for another duration by more than 0.1 s",
            corpus.Plain(finding.Message), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_dictionary_the_clusters_are_those_of_the_labels()
    {
        using var corpus = new Corpus { Clusters = 300 };
        var train = corpus.Split("train", 300);
        var report = LabelCheck.Run(new LabelCheckOptions { Splits = [train, train with { Name = "valid" }], LabelRate = 100 });
        Assert.Equal(300, report.Clusters);
        Assert.Equal("no_dictionary", Assert.Single(report.Findings).Code);
        Assert.Equal(0, report.Divergences[0].JensenShannonBits, 1e-12);
        Assert.Equal(corpus.Check(100, train).Splits[0].EntropyBits, report.Splits[0].EntropyBits, 1e-12);
    }

    [Fact]
    public void Several_faults_come_in_one_line()
    {
        using var corpus = new Corpus();
        var message = Throws(corpus, 50, corpus.Split("train", 30, change: (_, line) => $"{line} x"));
        Assert.StartsWith("2 faults in the labels: (1) ", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    private static string Throws(Corpus corpus, double rate, params LabelSplit[] splits) =>
        corpus.Plain(Assert.Throws<UserException>(corpus.Check(rate, splits).ThrowIfBroken).Message);
}
