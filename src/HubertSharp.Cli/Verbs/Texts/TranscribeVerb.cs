using System.CommandLine;
using System.Globalization;
using HubertSharp.Audio;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Decoding;
using HubertSharp.Decoding.Formats;
using HubertSharp.Decoding.Recordings;
using HubertSharp.Interop;
using HubertSharp.LanguageModels;
using HubertSharp.Onnx;
using HubertSharp.Runs;
using HubertSharp.Runs.Chunks;
using HubertSharp.Training;

namespace HubertSharp.Cli.Verbs.Texts;

/// <summary><c>hubert transcribe</c>: recordings of any length to text, with a fine-tuned model.</summary>
internal static class TranscribeVerb
{
    public static Command Create()
    {
        var audio = new Argument<string[]>("AUDIO")
        {
            Description = "Recordings, and manifests (.tsv) of them.",
            Arity = ArgumentArity.OneOrMore,
        };
        var model = new Option<string?>("--model")
        {
            Description = "Fine-tuned model: checkpoint or run folder, fairseq .pt, or Hugging Face folder.",
        };
        var onnx = new Option<string?>("--onnx") { Description = "The same as the .onnx of 'hubert convert --to onnx'; no libtorch then." };
        var search = new SearchArguments();
        var format = ModelOptions.Choice("--format",
            "text, json (times, confidence, scores, readings), ctm, srt, vtt, or textgrid (Praat).",
            "text", "json", "ctm", "srt", "vtt", "textgrid");
        var output = new Option<string>("--out")
        {
            Description = "Folder for a file of each recording; - is standard output.",
            DefaultValueFactory = _ => "-",
        };
        var force = new Option<bool>("--force") { Description = "Replace files that are in the folder already." };
        var seconds = new Option<double>("--chunk-seconds")
        {
            Description = "Most seconds that are kept of each chunk of a long recording.",
            DefaultValueFactory = _ => new ChunkOptions().Seconds,
        };
        var overlap = new Option<double>("--overlap-seconds")
        {
            Description = "Seconds that the model hears beside them on each side.",
            DefaultValueFactory = _ => new ChunkOptions().OverlapSeconds,
        };
        var (threads, precision, device) = (FeatureOptions.Threads(), ModelOptions.Precision(), ModelOptions.Device());
        var command = new Command("transcribe", "Text of recordings of any length, with a fine-tuned model: words with their times.")
        {
            audio, model, onnx,
        };
        search.AddTo(command);
        foreach (var option in (Option[])[format, output, force, seconds, overlap, threads, precision, device])
            command.Options.Add(option);
        command.WithExample("hubert transcribe speech.flac --model models/hubert-ctc");
        command.WithExample("hubert transcribe talk.mp3 --model models/hubert-ctc --lexicon lexicon.txt --lm words.arpa --format srt");
        command.WithExample("hubert transcribe data/test.tsv --onnx hubert-ctc.onnx --format json --nbest 5 --out transcripts");
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            if (parsed.GetValue(model) is null == parsed.GetValue(onnx) is null)
                throw UserException.Create("which model?", null, "one of --model and --onnx",
                    parsed.GetValue(model) is null ? "none" : "both");
            var options = search.Of(parsed);
            var written = Enum.Parse<TranscriptFormat>(parsed.GetValue(format)!, ignoreCase: true);
            if (options.NBest > 1 && written != TranscriptFormat.Json)
                throw DecodingFaults.Needs("--nbest", "--format json, which holds several readings", $"--format {parsed.GetValue(format)}");
            var unused = parsed.GetValue(onnx) is null
                ? null
                : ((Option[])[precision, device]).FirstOrDefault(option => IsGiven(parsed, option));
            if (unused is not null)
                throw DecodingFaults.Needs(unused.Name, "--model", "--onnx, whose precision and device are its own");
            var chunks = new ChunkOptions { Seconds = parsed.GetValue(seconds), OverlapSeconds = parsed.GetValue(overlap) };
            chunks.Check();
            using CtcScorer scorer = parsed.GetValue(onnx) is { } exported ? Exported(exported)
                : new TorchCtcScorer(ModelReader.Read(parsed.GetValue(model)!), ModelOptions.PrecisionOf(parsed.GetValue(precision)),
                    PrecisionChoice.Device(parsed.GetValue(device)!));
            using var language = search.Model(parsed) is { } lm ? NgramModel.Open(lm, cancellation) : null;
            var lexicon = search.Lexicon(parsed) is { } words ? Lexicon.Read(words, scorer.Alphabet, cancellation) : null;
            var decoder = new CtcDecoder(scorer.Alphabet, options, lexicon, language, search.Model(parsed) ?? "");
            foreach (var notice in decoder.Notices)
                Console.Error.WriteLine(notice);
            if (decoder.HasLanguage)
                Console.Error.WriteLine(Weights(options));
            var recordings = RecordingList.Read(parsed.GetValue(audio)!, scorer.ReceptiveSamples, cancellation);
            var transcripts = new TranscriptOutput(written, parsed.GetValue(output)!, recordings, parsed.GetValue(force));
            var workers = Math.Min(scorer.MostThreads, parsed.GetValue(threads) is > 0 and var given ? given : Environment.ProcessorCount);
            var transcriber = new Transcriber(scorer, decoder, chunks, workers);
            using (var progress = ConsoleProgress.Start("Transcribing"))
                transcriber.Run(recordings, transcript => transcripts.Add(transcript, progress), progress, cancellation);
            if (transcriber.Audio.TotalMinutes >= 1)
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"The search took {transcriber.SearchTime.TotalSeconds:0.0} s for {transcriber.Audio.TotalMinutes:0.0} min of audio."));
            return CommandHost.Done;
        }));
        return command;
    }

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private static OnnxCtcScorer Exported(string path)
    {
        var model = OnnxHubert.Open(path, threads: 1); // each chunk has a thread of its own
        try
        {
            if (model.Info.Kind != OnnxModelKind.Ctc)
                throw DecodingFaults.NoHead(path);
            return model.Info.SampleRate == AudioFile.SampleRate ? new OnnxCtcScorer(model)
                : throw UserException.Create("the model hears another rate", path, $"{AudioFile.SampleRate} Hz",
                    $"{model.Info.SampleRate} Hz", "use it from the library, at its rate");
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The same number means another weight elsewhere.</summary>
    private static string Weights(SearchOptions options)
    {
        var (here, there) = options.Kind == SearchKind.Flashlight ? ("log10", "natural logarithms") : ("natural logarithms", "log10");
        var factor = options.Kind == SearchKind.Flashlight ? 1 / Math.Log(10) : Math.Log(10);
        return string.Create(CultureInfo.InvariantCulture,
            $"Language model weight {options.LanguageWeight:0.###} on {here} ({options.LanguageWeight * factor:0.###} on {there}), "
            + $"word score {options.WordScore:0.###}.");
    }
}
