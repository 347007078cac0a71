using HubertSharp.Evaluation.Abx;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Evaluation.Abx;

/// <summary>Made utterances of frames with items in them, kept in memory.</summary>
internal sealed class MadeItems : IFrameSource
{
    private const int Rate = 100;

    private readonly List<float[]> _frames = [];
    private readonly List<string> _names = [];
    private readonly int _dimensions;

    private MadeItems(int dimensions) => _dimensions = dimensions;

    public List<AbxItem> Items { get; } = [];

    public string Place => "made";

    public double? FrameRate => Rate;

    /// <param name="seed">Decides everything.</param>
    /// <param name="items">Items, dealt to five utterances per speaker.</param>
    /// <param name="dimensions">Numbers per frame.</param>
    /// <param name="longest">Most frames of an item.</param>
    /// <param name="frame">Makes a frame of the phone; null for noise around the phone's own direction.</param>
    public static MadeItems Create(
        int seed, int items, int dimensions, int longest, int speakers = 3, int phones = 3, int contexts = 2,
        Func<SeededRandom, int, float[]>? frame = null)
    {
        var random = new SeededRandom((ulong)seed);
        var made = new MadeItems(dimensions);
        var frames = new Dictionary<string, List<float>>();
        frame ??= (r, phone) => [.. Enumerable.Range(0, dimensions).Select(d => (float)r.NextNormal() + (d % phones == phone ? 1f : 0))];
        for (var i = 0; i < items; i++)
        {
            var (speaker, phone, context) = (random.Below(speakers), random.Below(phones), random.Below(contexts));
            var name = $"s{speaker}/u{random.Below(5)}";
            if (!frames.TryGetValue(name, out var all))
                frames.Add(name, all = []);
            var (first, count) = (all.Count / dimensions, 1 + random.Below(longest));
            for (var t = 0; t < count; t++)
                all.AddRange(frame(random, phone));
            // the middles of exactly these frames lie in it; libri-light leaves one more out
            made.Items.Add(new AbxItem(name, (double)first / Rate, (double)(first + count + 1) / Rate, $"p{phone}", $"c{context}", "n",
                $"s{speaker}", i + 2));
        }
        foreach (var (name, all) in frames)
        {
            made._names.Add(name);
            made._frames.Add([.. all]);
        }
        return made;
    }

    public IReadOnlyList<AbxOracle.Token> Tokens() =>
    [
        .. Items.Select(item =>
        {
            var frames = _frames[_names.IndexOf(item.File)];
            var first = (int)Math.Round(item.OnsetSeconds * Rate);
            var count = (int)Math.Round(item.OffsetSeconds * Rate) - first - 1;
            return new AbxOracle.Token(item.File, item.Speaker, item.Phone, item.Context,
            [
                .. Enumerable.Range(first, count)
                    .Select(t => frames.AsSpan(t * _dimensions, _dimensions).ToArray().Select(v => (double)v).ToArray()),
            ]);
        }),
    ];

    public AbxMeasurement Measure(AbxOptions options) =>
        AbxMeasurement.Of(Items, "made.item", this, null, options, needsAll: true, null, default);

    public int? Find(string name) => _names.IndexOf(name) is >= 0 and var index ? index : null;

    public int LengthOf(int utterance) => _frames[utterance].Length / _dimensions;

    public float[] Read(int utterance) => _frames[utterance];

    public string PlaceOf(int utterance) => _names[utterance];

    public void Dispose()
    {
    }
}
