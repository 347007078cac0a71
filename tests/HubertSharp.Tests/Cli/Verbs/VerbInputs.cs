using System.Diagnostics;
using System.Globalization;
using System.Text;
using HubertSharp.Cli;
using HubertSharp.Distributed;
using HubertSharp.Tests.Corpora.Formats.Shards;
using HubertSharp.Tests.Doctor;
using HubertSharp.Tests.Doctor.Logs.TensorBoard;

namespace HubertSharp.Tests.Cli.Verbs;

/// <summary>Small inputs of every kind that a verb takes, made by the program itself where it makes such files.</summary>
internal static class VerbInputs
{
    private const string Tiny = "common.log_interval=1 common.bf16=false task.min_sample_size=1000 task.max_sample_size=12000 "
        + "dataset.max_tokens=60000 dataset.validate_interval_updates=2 "
        + "optimization.max_update=3 lr_scheduler.warmup_updates=1 model.encoder_layers=2 model.encoder_embed_dim=16 "
        + "model.encoder_ffn_embed_dim=32 model.encoder_attention_heads=2 "
        + "model.final_dim=16 model.conv_pos=16 model.conv_pos_groups=4";

    private const string TinyLayers = "model.conv_feature_layers=[(16,10,5)] + [(16,3,2)] * 4 + [(16,2,2)] * 2";

    /// <summary>
    /// Makes them in <paramref name="place"/>, where they will be used, because some name themselves, and moves them to
    /// <paramref name="inputs"/>.
    /// </summary>
    /// <param name="inputs">Where they lie in the end.</param>
    /// <param name="place">Where they are made.</param>
    public static string Make(string inputs, string place)
    {
        Directory.CreateDirectory(place);
        string At(string name) => Path.Combine(place, name);
        void Write(string name, string text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
            File.WriteAllText(At(name), text);
        }

        void Run(string line, params string[] more)
        {
            string[] arguments = [.. line.Replace("@", place, StringComparison.Ordinal).Split(' '), .. more];
            var result = HubertInside.Run(place, arguments, untilDone: true);
            Assert.True(result.ExitCode == CommandHost.Done, $"{line}: {result.Error}{result.Output}");
            if (line.StartsWith("config show", StringComparison.Ordinal))
                Write("conf/tiny.yaml", result.Output);
        }

        SmallCorpus.Write(At("data"), trainUtterances: 4, validUtterances: 2);
        Run("features mfcc --manifest @/data/train.tsv --out @/features");
        Run("features mfcc --manifest @/data/valid.tsv --out @/features");
        Run("kmeans fit --features @/features --clusters 8 --starts 1 --out @/km.safetensors");
        Run("kmeans apply --features @/features --model @/km.safetensors --out @/labels/train.km");
        Run("kmeans apply --features @/features --split valid --model @/km.safetensors --out @/labels/valid.km");
        Directory.CreateDirectory(At("ranks"));
        for (var rank = 0; rank < 2; rank++)
        {
            using var calls = new CallLog(At("ranks"), new RankPeer(rank, "node", "", 100), 2);
            for (var number = 1; number <= 3 + rank; number++)
                calls.Call(new RankCall(number, RankCall.Gather, 8, 1, DateTime.UnixEpoch, DateTime.UnixEpoch, "opens the run"));
        }
        Write("texts/train.txt", "A word\nor two\nand more\nof it\n");
        Write("texts/valid.txt", "A word\nmore\n");
        Run("labels text --manifest @/data/train.tsv @/data/valid.tsv --transcripts @/texts/train.txt @/texts/valid.txt --out @/letters");
        Run("abx items --reference @/data/alignment.tsv --manifest @/data/train.tsv --context none --out @/items/a.item");
        Run("config show --config-name hubert_small_cpu " + Tiny, TinyLayers, "task.data=data", "task.label_dir=labels",
            "model.label_rate=100", "checkpoint.save_dir=checkpoints");
        Run("pretrain --config-dir @/conf --config-name tiny --run @/run task.data=@/data task.label_dir=@/labels");
        Run("convert @/run @/native --to native");
        Run("convert @/run @/hf --to huggingface");
        Run("convert @/run @/bin --to huggingface --bin --legacy-weight-norm");
        Run("convert @/run @/fairseq/x.pt --to fairseq");
        Run("convert @/run @/onnx/encoder.onnx --to onnx");
        Run("features hubert --manifest @/data/train.tsv --out @/layer1 --model @/run --layer 1");
        Run("kmeans fit --features @/layer1 --clusters 4 --starts 1 --out @/km1.safetensors");
        Run("convert @/run @/units/units.onnx --to onnx --kmeans @/km1.safetensors");
        Run($"convert {Fixtures.At("ctc")} @/ctc/ctc.onnx --to onnx");
        CopyFrom(Fixtures.At("ctc"), At("ctc-hf"), "config.json", "model.safetensors", "preprocessor_config.json", "vocab.json");
        Write("lexicon.txt", "CALL C A L L |\nHELLO H E L L O |\nLINE\tL I N E |\n");
        Write("words.arpa", "\\data\\\nngram 1=6\nngram 2=2\n\n\\1-grams:\n-2\t<unk>\n-99\t<s>\t-0.3\n-1\t</s>\n-1\tCALL\t-0.2\n-1\tHELLO\n"
            + "-1\tLINE\n\n\\2-grams:\n-0.5\t<s> CALL\n-0.4\tCALL LINE\n\n\\end\\\n");
        CopyFrom(Fixtures.At("speechtokenizer"), At("tokenizer"), "config.json", "SpeechTokenizer.pt");
        CopyFrom(Fixtures.At("kmeans"), At("kmeans"), "km.joblib", "km.centroids.npy", "train_0_1.npy", "train_0_1.len");
        Texts(Write);
        Run("lm train @/texts/lines.txt --discount-fallback --out @/lm/a.arpa");
        Run("lm convert @/lm/a.arpa --out @/lm/a.bin");
        Run("lm convert @/lm/a.arpa --out @/lm/a.arpa.gz");
        Write("recipe.yaml", File.ReadAllText(Path.Combine(Fixtures.RepositoryRoot(), "recipes", "minute.yaml"))
            .Replace("max_update=24", "max_update=2", StringComparison.Ordinal)
            .Replace("warmup_updates=4", "warmup_updates=1", StringComparison.Ordinal).Replace("layers: [1, 2]", "layers: [1]",
                StringComparison.Ordinal).Replace("clusters: 20", "clusters: 6", StringComparison.Ordinal)
            .Replace("clusters: 25", "clusters: 5", StringComparison.Ordinal)
            .Replace("clusters: 10", "clusters: 4", StringComparison.Ordinal));
        Run("pipeline @/recipe.yaml corpus=@/data --out @/pipe");
        Run(VerbCases.Demo);
        Run("corpus get espeak-zh-en --out @/espeak --minutes 0.5");
        Corpora(At, Write);
        Logs(At, Write);
        Run("tokenizer encode @/plain/a.wav --model @/tokenizer --out @/codes");
        Run("tokenizer encode @/plain/c.ogg --model @/tokenizer --format json --out @/codes");
        Run("tokenizer encode @/plain/d.mp3 --model @/tokenizer --format packed --out @/codes");
        Write("frames.tsv",
            string.Concat(File.ReadLines(At("data/train.tsv")).Skip(1)
                .Select(line => (Name: line.Split('.')[0],
                    Frames: (int.Parse(line.Split('\t')[1], CultureInfo.InvariantCulture) / 160) - 2))
                .Select(u => $"{u.Name}\t{string.Join(',', Enumerable.Range(0, u.Frames).Select(i => i % 20 < 10 ? "AA0" : "B"))}\n")));
        Directory.CreateDirectory(At("other"));
        foreach (var recording in Directory.GetFiles(At("data/audio"), "valid_*.wav"))
            File.Copy(recording, At(Path.Combine("other", Path.GetFileName(recording))));
        Write("other.tsv", string.Join('\n', File.ReadLines(At("data/valid.tsv")).Skip(1).Prepend("other")) + "\n");
        Directory.Move(place, inputs);
        return inputs;
    }

    private static void Texts(Action<string, string> write)
    {
        write("texts/ref.txt", "a-1 IT IS RAINING\na-2 今天 很 好\nb-3 GO HOME\n");
        write("texts/hyp.trn", "it is raining (a-1)\n今天好 (a-2)\ngo home now (b-3)\n");
        write("texts/hyp.jsonl", "{\"id\": \"a-1\", \"text\": \"it was raining\"}\n{\"id\": \"a-2\", \"text\": \"\"}\n"
            + "{\"id\": \"b-3\", \"text\": \"go home\"}\n");
        write("texts/ref.tsv", "id\tsentence\tlanguage\na-1\tit is raining\ten\na-2\t今天很好\tzh\nb-3\tgo home\ten\n");
        write("texts/utt2spk", "a-1 a\na-2 a\nb-3 b\n");
        write("texts/lines.txt", "it is raining\nit is late and it is cold\ngo home\n");
        write("texts/words.txt", "it\nis\nhome\n");
    }

    /// <summary>The layouts that <c>hubert manifest</c> knows.</summary>
    private static void Corpora(Func<string, string> at, Action<string, string> write)
    {
        var recordings = Directory.GetFiles(at("data/audio"), "train_*.wav").Order(StringComparer.Ordinal).ToList();
        void Copy(int recording, string name)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(at(name))!);
            if (Path.GetExtension(name) == ".wav")
                File.Copy(recordings[recording], at(name));
            else
                Process.Start("ffmpeg", ["-loglevel", "error", "-i", recordings[recording], at(name)])!.WaitForExit();
        }

        Copy(0, "plain/a.wav");
        Copy(1, "plain/deep/b.flac");
        Copy(2, "plain/c.ogg");
        Copy(0, "plain/d.mp3");
        Copy(1, "plain/e.m4a");
        Copy(0, "libri/train-clean/1/2/1-2-0.flac");
        Copy(1, "libri/dev-clean/3/4/3-4-0.flac");
        write("libri/train-clean/1/2/1-2.trans.txt", "1-2-0 A WORD OR TWO\n");
        write("libri/dev-clean/3/4/3-4.trans.txt", "3-4-0 MORE WORDS\n");
        Copy(0, "aishell/wav/train/S1/A1.wav");
        Copy(1, "aishell/wav/dev/S2/A2.wav");
        write("aishell/transcript/aishell_transcript_v0.8.txt", "A1 而 对 楼市\nA2 成交 抑制\n");
        Copy(0, "voice/clips/a.mp3");
        Copy(1, "voice/clips/b.mp3");
        write("voice/train.tsv", "client_id\tpath\tsentence\tlocale\nx\ta.mp3\tA sentence.\ten\n");
        write("voice/dev.tsv", "client_id\tpath\tsentence\tlocale\ny\tb.mp3\tAnother one.\ten\n");
        Copy(0, "wenet/audio/a.opus");
        write("wenet/WenetSpeech.json",
            """
            {"audios": [{"aid": "X1", "path": "audio/a.opus", "segments": [
              {"sid": "X1_S1", "begin_time": 0.0, "end_time": 0.8, "text": "你好", "subsets": ["S"]},
              {"sid": "X1_S2", "begin_time": 0.9, "end_time": 1.5, "text": "再见", "subsets": ["DEV"]}]}]}
            """);
        Copy(1, "giga/audio/b.opus");
        write("giga/GigaSpeech.json",
            """
            {"audios": [{"aid": "Y1", "path": "audio/b.opus", "segments": [{"sid": "Y1_S1", "begin_time": 0.0, "end_time": 0.8,
              "text_tn": "HELLO <COMMA> YOU", "subsets": ["{XS}"]}]}]}
            """);
        Copy(0, "light/7/book/c.flac");
        write("light/7/book/c.json", "{\"speaker\": \"7\", \"voice_activity\": [[0.1, 0.9]]}");
        Copy(0, "kaldi/r1.wav");
        write("kaldi/wav.scp", "r1 r1.wav\n");
        write("kaldi/segments", "u1 r1 0 0.5\nu2 r1 0.5 0.9\n");
        write("kaldi/text", "u1 A WORD\nu2 OR TWO\n");
        write("kaldi/utt2spk", "u1 s\nu2 s\n");
        Copy(0, "lhotse/r1.wav");
        write("lhotse/cuts.jsonl", "{\"id\": \"c1\", \"start\": 0.1, \"duration\": 0.5, \"supervisions\": [{\"id\": \"s1\", \"text\": \"A "
            + "WORD\"}], \"recording\": {\"sources\": [{\"type\": \"file\", \"source\": \"r1.wav\"}], \"duration\": 1.0}}\n");
        Copy(0, "table/a.wav");
        write("table/t.csv", "file_name,text,speaker\na.wav,\"A word, or two\",s\n");
        Copy(0, "shard/a.wav");
        write("shard/a.txt", "A word\n");
        Directory.CreateDirectory(at("shards"));
        System.Formats.Tar.TarFile.CreateFromDirectory(at("shard"), at("shards/x.tar"), includeBaseDirectory: false);
        MadeParquet.Write(at("parquet/train-0.parquet"), [File.ReadAllBytes(recordings[0])], ["a.wav"], ["A word"]);
    }

    /// <summary>A log of each toolkit.</summary>
    private static void Logs(Func<string, string> at, Action<string, string> write)
    {
        const int windows = 30, interval = 200;
        string Lines(Func<int, string> line) => string.Concat(Enumerable.Range(1, windows).Select(i => line(i) + "\n"));
        string N(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
        foreach (var toolkit in (string[])["fairseq", "espnet", "icefall", "lightning", "csv"])
        {
            var text = new StringBuilder(ToolkitLines.Header(toolkit));
            for (var i = 1; i <= windows; i++)
                text.Append(ToolkitLines.Line(toolkit, interval, i * interval, 6.6 - (i * 0.05), 6.5 - (i * 0.04), 1.0 / i, 0.1, 5e-4, 1));
            write($"logs/{toolkit}.{(toolkit is "csv" or "lightning" ? "csv" : "log")}", text.ToString());
        }
        write("logs/fairseq.jsonl", new FakeRun { Loss = i => 6.6 - (i * 0.01), Prefix = "" }.Text());
        write("logs/plain.log", Lines(i => $"[2024-01-02 10:11:12] INFO: Step {i * 200}/400000 | loss {N(6.6 - (i * 0.05))} | lr 0.0005"));
        write("logs/speechbrain.log",
            Lines(i => $"epoch: {i}, steps: {i * 777}, lr: 5.0e-04 - train loss: {N(6.1 - (0.01 * i))} - valid loss: "
                + $"6.2, valid accuracy: 0.1"));
        write("logs/wenet.log",
            Lines(i => $"2023-05-05 10:00:00,123 DEBUG TRAIN Batch {i / 10}/{i % 10 * 100} loss {N(60 - i)} loss_att 5 loss_ctc "
                + $"9 lr 0.00012 rank 0"));
        write("logs/transformers.log",
            Lines(i => $"{{'loss': {N(8 - (0.1 * i))}, 'learning_rate': 0.0001, 'epoch': {N(i * 0.5)}}}\n{{'eval_loss': "
                + $"{N(8 - (0.1 * i))}, 'eval_wer': 0.9, 'eval_runtime': 9.5, 'epoch': {N(i * 0.5)}}}"));
        write("logs/trainer_state.json", "{\n  \"best_metric\": null,\n  \"epoch\": 12.0,\n  \"log_history\": [\n"
            + Lines(i => $"    {{\n      \"epoch\": {N(i * 0.5)},\n      \"learning_rate\": 0.0001,\n      \"loss\": {N(8 - (0.1 * i))},\n"
                + $"      \"step\": {i * 500}\n    }},") + "  ],\n  \"max_steps\": 15000\n}\n");
        EventFiles.Write(at("logs/board/events.out.tfevents.1.host"),
            Enumerable.Range(1, windows).Select(i => ("train/loss", i * 200L, 6.6f - (i * 0.05f))));
        write("logs/reference.tsv",
            "run\titeration\tclusters\tdata\tupdates\ttotal_updates\tloss_bits\taccuracy_masked\taccuracy_unmasked\tsource\n"
                + "mine\t1\t8\tminute\t250\t400\t5.3\t0.36\t0.05\there\nmine\t1\t8\tminute\t400\t400\t5.1\t0.39\t0.09\there\n");
    }

    private static void CopyFrom(string from, string to, params string[] names)
    {
        Directory.CreateDirectory(to);
        foreach (var name in names)
            File.Copy(Path.Combine(from, name), Path.Combine(to, name));
    }
}
