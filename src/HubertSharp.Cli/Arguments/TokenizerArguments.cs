using System.CommandLine;
using HubertSharp.Audio;
using HubertSharp.Runs.Chunks;
using HubertSharp.SpeechTokenizer;
using HubertSharp.Tensors;
using HubertSharp.Training;
using static TorchSharp.torch;

namespace HubertSharp.Cli.Arguments;

/// <summary>What every verb that computes with a tokenizer takes.</summary>
internal sealed class TokenizerArguments
{
    private readonly Option<string> _model = new("--model")
    {
        Description = $"Tokenizer: a folder with config.json and {TokenizerReader.TorchName} or {TokenizerReader.SafetensorsName}, "
            + "or such a file of weights.",
        Required = true,
    };

    private readonly Option<string?> _config = Config();

    private readonly Option<string?> _quantizers = new("--quantizers")
    {
        Description =
            "Only these quantisers: FIRST-LAST, or one number. Default: all. The first carries what is said, the others the voice.",
    };

    private readonly Option<string> _output = new("--out") { Description = "Folder for a file of each recording.", Required = true };

    private readonly Option<bool> _force = new("--force") { Description = "Replace files of such a verb that are in the folder already." };

    private readonly Option<double> _seconds = new("--chunk-seconds")
    {
        Description = "Longer recordings are cut into chunks of at most this.",
        DefaultValueFactory = _ => ChunkOptions.OfTokenizers.Seconds,
    };

    private readonly Option<double> _overlap = new("--overlap-seconds")
    {
        Description = "Seconds that the encoder hears beyond a chunk's end.",
        DefaultValueFactory = _ => ChunkOptions.OfTokenizers.OverlapSeconds,
    };

    private readonly Option<string> _device = ModelOptions.Device();

    /// <summary>Where the settings are, when they are not beside the weights.</summary>
    public static Option<string?> Config() => new("--config")
    {
        Description = "Settings of the tokenizer (.json) when they do not lie beside the weights.",
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_model, _config, _quantizers, _output, _force, _seconds, _overlap, _device])
            command.Options.Add(option);
    }

    /// <summary>The tokenizer, ready to compute.</summary>
    /// <exception cref="Runs.UserException">None there, damaged, or for another rate.</exception>
    public TokenizerModel Model(ParseResult parsed) =>
        Read(parsed.GetValue(_model)!, parsed.GetValue(_config), PrecisionChoice.Device(parsed.GetValue(_device)!));

    /// <summary>A tokenizer that hears recordings as they are read.</summary>
    /// <exception cref="Runs.UserException">None there, damaged, or for another rate.</exception>
    public static TokenizerModel Read(string path, string? config, Device device)
    {
        var tokenizer = TokenizerReader.Read(path, config);
        if (tokenizer.Config.SampleRate != AudioFile.SampleRate)
            throw TokenizerFaults.Rate(tokenizer.Path, AudioFile.SampleRate, tokenizer.Config.SampleRate);
        var model = tokenizer.Build(device);
        TorchRuntime.ReturnUnused(); // what was between the file and the weights
        return model;
    }

    /// <summary>As it was typed; null for all.</summary>
    public string? Quantizers(ParseResult parsed) => parsed.GetValue(_quantizers);

    public string Output(ParseResult parsed) => parsed.GetValue(_output)!;

    public bool Force(ParseResult parsed) => parsed.GetValue(_force);

    public ChunkOptions Chunks(ParseResult parsed) =>
        new() { Seconds = parsed.GetValue(_seconds), OverlapSeconds = parsed.GetValue(_overlap) };
}
