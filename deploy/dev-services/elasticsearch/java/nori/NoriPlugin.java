package javas.nori;

import java.util.*;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.ko.*;
import org.apache.lucene.analysis.ko.dict.UserDictionary;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.analysis.*;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.*;

/** Same names and settings as Elastic's analysis-nori: nori, nori_tokenizer, nori_part_of_speech, nori_readingform, nori_number. */
public class NoriPlugin extends Plugin implements AnalysisPlugin {
    static KoreanTokenizer.DecompoundMode mode(Settings s) {
        return KoreanTokenizer.DecompoundMode.valueOf(s.get("decompound_mode", "discard").toUpperCase(Locale.ROOT));
    }
    static UserDictionary dict(Environment env, Settings s) {
        List<String> rules = s.getAsList("user_dictionary_rules", null);
        try {
            if (rules != null) return UserDictionary.open(new java.io.StringReader(String.join("\n", rules)));
            String p = s.get("user_dictionary");
            if (p == null) return null;
            try (var r = java.nio.file.Files.newBufferedReader(env.configDir().resolve(p))) { return UserDictionary.open(r); }
        } catch (java.io.IOException e) { throw new java.io.UncheckedIOException(e); }
    }
    static Set<POS.Tag> tags(Settings s) {
        List<String> l = s.getAsList("stoptags", null);
        if (l == null) return KoreanPartOfSpeechStopFilter.DEFAULT_STOP_TAGS;
        Set<POS.Tag> r = EnumSet.noneOf(POS.Tag.class);
        for (String t : l) r.add(POS.resolveTag(t));
        return r;
    }
    @Override public Map<String, AnalysisProvider<TokenizerFactory>> getTokenizers() {
        return Map.of("nori_tokenizer", (is, env, name, s) -> {
            UserDictionary d = dict(env, s); var m = mode(s); boolean dp = s.getAsBoolean("discard_punctuation", true);
            return TokenizerFactory.newFactory(name, () -> new KoreanTokenizer(TokenStream.DEFAULT_TOKEN_ATTRIBUTE_FACTORY, d, m, false, dp));
        });
    }
    static TokenFilterFactory filter(String name, java.util.function.UnaryOperator<TokenStream> f) {
        return new TokenFilterFactory() {
            @Override public String name() { return name; }
            @Override public TokenStream create(TokenStream ts) { return f.apply(ts); }
        };
    }
    @Override public Map<String, AnalysisProvider<TokenFilterFactory>> getTokenFilters() {
        return Map.of(
            "nori_part_of_speech", (is, env, name, s) -> { var t = tags(s); return filter(name, ts -> new KoreanPartOfSpeechStopFilter(ts, t)); },
            "nori_readingform", (is, env, name, s) -> filter(name, KoreanReadingFormFilter::new),
            "nori_number", (is, env, name, s) -> filter(name, KoreanNumberFilter::new));
    }
    @Override public Map<String, AnalysisProvider<AnalyzerProvider<? extends Analyzer>>> getAnalyzers() {
        return Map.of("nori", (is, env, name, s) -> {
            KoreanAnalyzer a = new KoreanAnalyzer(dict(env, s), mode(s), tags(s), false);
            return new AnalyzerProvider<KoreanAnalyzer>() {
                @Override public String name() { return name; }
                @Override public AnalyzerScope scope() { return AnalyzerScope.INDEX; }
                @Override public KoreanAnalyzer get() { return a; }
            };
        });
    }
}
